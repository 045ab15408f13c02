"""Starts lianzhu: `python run_bot.py`, or a command; see `python run_bot.py --help`."""

from bot.cli import main

if __name__ == "__main__":
    main()
