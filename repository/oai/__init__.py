"""The portal as a repository that others harvest: OAI-PMH 2.0 (https://www.openarchives.org/OAI/openarchivesprotocol.html).

arguments and tokens are pure; records asks the database; responses writes the XML; views joins them.
"""
