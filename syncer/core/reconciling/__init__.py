"""What both sides need to be the same: fields, rows, documents."""
