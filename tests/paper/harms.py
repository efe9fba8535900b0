"""Which harms befall a page, and how often."""

from tests.paper import damage, dirt

# To the paper, in this order.
PAPER = [
    (damage.bleed_through, 0.12),
    (damage.stain, 0.07),
    (damage.fold, 0.18),
    (damage.crumple, 0.03),
    (damage.holes, 0.12),
    (damage.staple, 0.12),
    (damage.torn, 0.03),
]
# On glass and in a feeder; a camera knows none of them.
GLASS = [(dirt.binding, 0.06), (dirt.dust, 0.35), (dirt.streaks, 0.12)]


def some_harms(rng, *, on_glass):
    often = PAPER + GLASS if on_glass else PAPER
    return [harm for harm, chance in often if rng.random() < chance]
