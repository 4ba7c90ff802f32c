"""A team works its queue: claims, accepts, sends back, passes on, allocates. What nobody accepts is escalated."""
