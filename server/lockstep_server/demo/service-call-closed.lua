-- Runs when a service call is finished and signed off.
local call = param("payload")

log.info("closed:", call.subject or "a service call", "at", call.address or "an unknown address")
