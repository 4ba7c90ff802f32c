"""The other ways in: e-mail, paper, files and the professionals' form. Each ends in taking a contact."""
