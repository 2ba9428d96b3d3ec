"""Issues in Jira, Cloud and Data Center."""
