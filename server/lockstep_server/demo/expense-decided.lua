-- Runs when a claim was approved or rejected.
local claim = param("payload")
-- What the workflow's action gives along.
local decision = param("body").decision

log.info("the claim of", claim.requester, "over", claim.amount, claim.currency)
log.info("was", decision, "by", param("from"))
