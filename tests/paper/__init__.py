"""Pens, hands, scanners and cameras for the printed attendance sheet: pages whose truth is known.

Figures from it are figures of a simulation; docs/paper.md says what that does and does not show.
"""
