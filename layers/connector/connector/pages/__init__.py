"""What a customer sees: templates, one style sheet, five languages, and the headers around them.

The pages render forms (`forms`) and read the forms that come back (`submitted_form`).
"""
