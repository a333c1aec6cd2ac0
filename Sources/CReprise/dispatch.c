#include "creprise.h"
