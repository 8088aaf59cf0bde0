"""The portal of the Joint Investment Support Office in the Mitrovica region."""
