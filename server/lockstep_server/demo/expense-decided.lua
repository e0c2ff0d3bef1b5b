-- Runs when a claim was approved or rejected. `body` is what the workflow's action gives along.
local claim = param("payload")
local decision = param("body").decision

log.info("the claim of", claim.requester, "over", claim.amount, claim.currency, "was", decision, "by", param("from"))
