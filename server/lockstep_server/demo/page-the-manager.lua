-- Runs when somebody cannot take an alarm.
local alarm = param("payload")

-- A real one would start the pager's workflow here.
log.info("paging the duty manager:", alarm.system or "a system")
log.info("severity", alarm.severity or "unknown")
