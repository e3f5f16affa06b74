"""The accounts that a stack knows, by Sage's id or by the provider's own."""

from cli.stack import Stack
from connector.accounts.repository import Account, DynamoDBAccountRepository


def find_account(stack: Stack, id_: str) -> Account | None:
    """Find an account that Banking Service created. May raise the errors of the AWS SDK and StackUnavailableError."""
    accounts = DynamoDBAccountRepository(stack.dynamodb, stack.output("AccountsTable"))
    return accounts.find(id_) or accounts.find_external(id_)
