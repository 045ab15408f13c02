"""A regular package, so that `tests.fakes` is found here: umsc installs a top-level package named `tests` of its own."""
