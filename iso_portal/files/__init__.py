"""What people upload: files held until they are scanned, and tables that are imported row by row."""
