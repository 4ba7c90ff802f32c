"""Who is at work, in which team, and who is the manager on call. Stands below the stages, which ask it."""
