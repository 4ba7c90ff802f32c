"""Measures the budgets of the design: each against a bar, and beside a floor that the same run measured."""
