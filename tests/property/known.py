"""Where the engine is known to differ from the rules, and what stories leave out because of it.

Each of these is True while the difference is there. When the engine has changed, set it to
False: the stories then hold the engine to the rule. (Take it out once it has stayed green.)
"""

AN_EFFECT_IS_ASKED_FOR_NOBODY = True
"""`notify`, `script` and `trigger` with a rule, whose scope is empty, should be passed over: the
engine asks for an effect with no users, and renders its texts."""

A_RULE_TRIGGER_WITHOUT_SCOPE_IS_FOR_SOURCE = True
"""A scope that is missing means ``$sink``; only `script` has a rule of its own."""

A_GUEST_IS_TOLD_WHAT_CAME_BEFORE = True
"""Who joins as a guest is pushed the open messages that the same change had posted earlier, though
the conversation begins for a guest at the message of joining (and reads begin there)."""

A_CHAT_FOR_NOBODY_IS_POSTED = True
"""A `chat` action whose scope is empty should be passed over: the engine posts the message, and
its author alone may read it."""

A_NOTIFICATION_RENDERS_THE_NAME_AGAIN = True
"""Without a text `notify` says the step's name as delivered: the engine renders its template a
second time, so that one that fails leaves two incidents."""

A_TITLE_FROM_THE_NAME_IS_NOT_RENDERED = True
"""Without `template` the title is the first step's name, and shows its placeholders as written."""
