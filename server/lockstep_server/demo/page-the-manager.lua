-- Runs when somebody cannot take an alarm. A real one would call the pager's workflow with `start`.
local alarm = param("payload")

log.info("paging the duty manager:", alarm.system or "a system", "with severity", alarm.severity or "unknown")
