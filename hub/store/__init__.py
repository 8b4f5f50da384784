"""Where accounts are kept: tables, transactions, sealing. Nothing here decides or commits."""
