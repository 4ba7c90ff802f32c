"""A child's chronology: drafted from what happened, reviewed by a person. Stages ask its gate, so it stands below."""
