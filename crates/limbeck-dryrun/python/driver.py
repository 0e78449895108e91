"""The program that limbeck starts: everything is in the package beside it."""

from limbeck_driver.run import main

if __name__ == "__main__":
    main()
