"""The part of GitHub's GraphQL schema that the double knows, as the public one has it."""

from __future__ import annotations

from typing import Final

from graphql import build_schema

SCHEMA: Final = build_schema("""
scalar DateTime
scalar URI
scalar BigInt

type Query {
  viewer: User!
  rateLimit(dryRun: Boolean = false): RateLimit
  repository(owner: String!, name: String!, followRenames: Boolean = true): Repository
  search(query: String!, type: SearchType!, first: Int, after: String): SearchResultItemConnection!
}

enum SearchType { DISCUSSION ISSUE ISSUE_ADVANCED REPOSITORY USER }
enum RepositoryPermission { ADMIN MAINTAIN READ TRIAGE WRITE }
enum IssueState { CLOSED OPEN }
enum PullRequestState { CLOSED MERGED OPEN }
enum IssueStateReason { COMPLETED DUPLICATE NOT_PLANNED REOPENED }
enum MilestoneState { CLOSED OPEN }

type RateLimit {
  cost: Int!
  limit: Int!
  nodeCount: Int!
  remaining: Int!
  resetAt: DateTime!
  used: Int!
}

type PageInfo {
  endCursor: String
  hasNextPage: Boolean!
  hasPreviousPage: Boolean!
  startCursor: String
}

interface Node { id: ID! }
interface Actor { login: String! url: URI! }
interface RepositoryOwner { id: ID! login: String! url: URI! }

type User implements Node & Actor & RepositoryOwner {
  id: ID!
  databaseId: Int
  login: String!
  name: String
  email: String!
  url: URI!
}
type Bot implements Node & Actor { id: ID! databaseId: Int login: String! url: URI! }
type Organization implements Node & Actor & RepositoryOwner {
  id: ID!
  databaseId: Int
  login: String!
  name: String
  url: URI!
}
type UserConnection { nodes: [User] pageInfo: PageInfo! totalCount: Int! }

union SearchResultItem = Issue | Organization | PullRequest | Repository | User
type SearchResultItemConnection {
  issueCount: Int!
  nodes: [SearchResultItem]
  pageInfo: PageInfo!
  userCount: Int!
}

type Label implements Node {
  color: String!
  description: String
  id: ID!
  name: String!
}
type IssueConnection { nodes: [Issue] pageInfo: PageInfo! totalCount: Int! }

type LabelConnection { nodes: [Label] pageInfo: PageInfo! totalCount: Int! }

type Milestone implements Node {
  description: String
  dueOn: DateTime
  id: ID!
  number: Int!
  state: MilestoneState!
  title: String!
}
type MilestoneConnection { nodes: [Milestone] pageInfo: PageInfo! totalCount: Int! }

type IssueType implements Node { description: String id: ID! name: String! }

type IssueComment implements Node {
  author: Actor
  body: String!
  createdAt: DateTime!
  id: ID!
  updatedAt: DateTime!
}
type IssueCommentConnection { nodes: [IssueComment] pageInfo: PageInfo! totalCount: Int! }

interface IssueFieldCommon { fullDatabaseId: BigInt name: String! }
type IssueFieldDate implements Node & IssueFieldCommon {
  fullDatabaseId: BigInt
  id: ID!
  name: String!
}
type IssueFieldNumber implements Node & IssueFieldCommon {
  fullDatabaseId: BigInt
  id: ID!
  name: String!
}
type IssueFieldSingleSelect implements Node & IssueFieldCommon {
  fullDatabaseId: BigInt
  id: ID!
  name: String!
}
type IssueFieldText implements Node & IssueFieldCommon {
  fullDatabaseId: BigInt
  id: ID!
  name: String!
}
union IssueFields = IssueFieldDate | IssueFieldNumber | IssueFieldSingleSelect | IssueFieldText
type IssueFieldDateValue implements Node { field: IssueFields id: ID! value: String! }
type IssueFieldNumberValue implements Node { field: IssueFields id: ID! value: Float! }
type IssueFieldSingleSelectValue implements Node {
  field: IssueFields
  id: ID!
  name: String!
  value: String!
}
type IssueFieldTextValue implements Node { field: IssueFields id: ID! value: String! }
union IssueFieldValue =
  IssueFieldDateValue | IssueFieldNumberValue | IssueFieldSingleSelectValue | IssueFieldTextValue
type IssueFieldValueConnection { nodes: [IssueFieldValue] pageInfo: PageInfo! totalCount: Int! }

type Issue implements Node {
  assignees(first: Int, after: String): UserConnection!
  author: Actor
  body: String!
  closed: Boolean!
  closedAt: DateTime
  comments(first: Int, after: String): IssueCommentConnection!
  createdAt: DateTime!
  databaseId: Int
  fullDatabaseId: BigInt
  id: ID!
  issueFieldValues(first: Int, after: String): IssueFieldValueConnection
  issueType: IssueType
  labels(first: Int, after: String): LabelConnection
  locked: Boolean!
  milestone: Milestone
  number: Int!
  repository: Repository!
  state: IssueState!
  stateReason(enableDuplicate: Boolean = false): IssueStateReason
  title: String!
  updatedAt: DateTime!
  url: URI!
}

type PullRequest implements Node {
  author: Actor
  body: String!
  createdAt: DateTime!
  id: ID!
  number: Int!
  repository: Repository!
  state: PullRequestState!
  title: String!
  updatedAt: DateTime!
  url: URI!
}
union IssueOrPullRequest = Issue | PullRequest

type Repository implements Node {
  assignableUsers(query: String, first: Int, after: String): UserConnection!
  databaseId: Int
  hasIssuesEnabled: Boolean!
  id: ID!
  isArchived: Boolean!
  isDisabled: Boolean!
  isPrivate: Boolean!
  issue(number: Int!): Issue
  issueOrPullRequest(number: Int!): IssueOrPullRequest
  issues(labels: [String!], first: Int, after: String): IssueConnection!
  labels(query: String, first: Int, after: String): LabelConnection
  milestones(first: Int, after: String, states: [MilestoneState!]): MilestoneConnection
  name: String!
  nameWithOwner: String!
  owner: RepositoryOwner!
  pullRequest(number: Int!): PullRequest
  url: URI!
  viewerPermission: RepositoryPermission
}
""")
