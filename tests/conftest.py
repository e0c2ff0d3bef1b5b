"""What all tests share: property tests run alike everywhere and are not judged by the clock."""

from hypothesis import settings

settings.register_profile("lockstep", deadline=None, derandomize=True, max_examples=100)
settings.load_profile("lockstep")
