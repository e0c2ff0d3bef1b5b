"""The shell: one mailbox an entry (decide, commit, apply, fan out), effects, timers, clock."""
