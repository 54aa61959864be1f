"""Results of acts on the screen: one function a result."""
