"""Files and tables that people upload."""
