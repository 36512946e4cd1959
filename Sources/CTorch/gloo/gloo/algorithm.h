// Nothing of it is needed; see the README.
#pragma once
