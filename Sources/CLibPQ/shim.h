#pragma once
#include <libpq-fe.h>
#include <sys/eventfd.h>

// The flags of eventfd(2) are an anonymous enumeration, which Swift sees as no integer.
static const int understudy_eventfd_flags = EFD_CLOEXEC | EFD_NONBLOCK;
