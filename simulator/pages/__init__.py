"""The pages: phones, mailbox, invitation and debugger, for a person at a browser."""
