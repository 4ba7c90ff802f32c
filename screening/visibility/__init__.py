"""Which contacts, and which people of the index, a viewer may know of."""
