"""One contact as a whole: what every stage knows of it, to whoever may see it. Reads the stages; changes nothing."""
