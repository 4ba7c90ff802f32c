"""What people said of a contact, and when: asked and answered, added since, said in danger, said on a call."""
