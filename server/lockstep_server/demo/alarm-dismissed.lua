-- Runs when an alarm was judged a false one.
local alarm = param("payload")

log.info(param("from"), "dismissed the alarm of", alarm.system or "a system")
log.info("because:", alarm.why or "no reason was given")
