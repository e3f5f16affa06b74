"""The simulator's own API and page: for tests, demonstrations and the curious. No party calls it."""
