"""Every child whom we know of around a contact: each is decided with it, or left out with a reason."""
