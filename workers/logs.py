"""Quiet, structured logs: a JSON line for what somebody has to know, with ids and kinds and nothing about anybody."""

import logging
import sys

import structlog


def keep_quiet() -> None:
    """Write warnings and worse to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
