"""What the page of messages offers beside the messages: things to break, and the state of the connector."""
