"""The pages of the journey: their forms, and the forms that come back. `rendering` has what every page shares."""
