"""Who is meant: the directory of users, user queries, and the scopes of steps and actions."""
