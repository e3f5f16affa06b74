"""HTTP as API Gateway delivers it: requests and responses, redirects, the brand."""
