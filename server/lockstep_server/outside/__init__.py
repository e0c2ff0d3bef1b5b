"""What leaves the house: web push, e-mail and webhooks, to addresses that may be asked."""
