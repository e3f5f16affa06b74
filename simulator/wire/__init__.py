"""HTTP: servers, the record of exchanges, and the bodies and errors of Sage's APIs."""
