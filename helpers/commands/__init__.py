"""Tools of maintainers, behind ``python -m helpers``. No notebook imports them."""
