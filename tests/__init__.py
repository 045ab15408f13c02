"""A regular package, so that `tests.fakes` is found here: the library umsc installs a package named `tests`, too."""
