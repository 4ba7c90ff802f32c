"""Properties of the rules are not judged by how busy the machine is: the first example may load the policy files."""

from hypothesis import settings

settings.register_profile("rules", deadline=None)
settings.load_profile("rules")
