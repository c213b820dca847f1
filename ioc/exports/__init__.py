"""Exports: a chart, map or table taken away as a file that says by itself what it is and where it comes from.

Owns data sets and their file formats, the pictures and their page, and the job that makes what takes long. Knows no
page: what can be exported is entered by the face as subjects (`ioc.exports.subjects`).
"""
