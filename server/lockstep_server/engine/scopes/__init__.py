"""Who gets a step: the directory of users, queries over it, and the scope words."""
