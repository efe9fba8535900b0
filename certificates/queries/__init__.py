from certificates.queries.readiness import Blocker, Candidate, Readiness, readiness

__all__ = ["Blocker", "Candidate", "Readiness", "readiness"]
