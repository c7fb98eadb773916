"""Where questions are missing, and which one is most worth writing next."""
