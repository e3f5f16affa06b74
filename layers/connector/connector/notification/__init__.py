"""POST /notification: authenticate Banking Service and accept the notification."""
