"""Who is this: the index of people, search, match, link, merge and un-merge. Stands below the stages."""
