"""Networks of cells: graphs, operations, texts and the network that stacks them; shared by several spaces."""
