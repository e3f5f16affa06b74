"""This machine: files, ports, child processes and the terminal."""
